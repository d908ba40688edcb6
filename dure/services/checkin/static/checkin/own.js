// What a scanner keeps on its device: its key and name, what it read without a line, how many came today. In IndexedDB.
"use strict";
const dureOwn = (() => {
  const shop = () => new Promise((resolve, reject) => {
    const asked = indexedDB.open("dure-scanner", 2);
    asked.onupgradeneeded = () => {
      for (const [name, options] of [["own", {}], ["notes", { autoIncrement: true }]]) {
        if (!asked.result.objectStoreNames.contains(name)) asked.result.createObjectStore(name, options);
      }
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });

  const within = async (store, mode, use) => {
    const base = await shop();
    try {
      return await new Promise((resolve, reject) => {
        const deal = base.transaction(store, mode);
        let found;
        const asked = use(deal.objectStore(store));
        asked.onsuccess = () => { found = asked.result; };
        deal.oncomplete = () => resolve(found);  // on the disk, not only asked for
        deal.onabort = () => reject(deal.error);
        deal.onerror = () => reject(deal.error);
      });
    } finally {
      base.close();
    }
  };

  // A day as people here write it.
  const day = (iso) => new Date(iso).toLocaleDateString(document.documentElement.lang || "ko", { dateStyle: "long", timeZone: "UTC" });

  return {
    day,
    kept: (name, value) => within("own", value === undefined ? "readonly" : "readwrite",
      (store) => (value === undefined ? store.get(name) : store.put(value, name))),
    note: (one) => within("notes", "readwrite", (store) => store.add(one)),
    // Keys and notes as of one moment: what another hand drops meanwhile is in both or in neither.
    notes: async (most) => {
      let keys = [];
      const values = await within("notes", "readonly", (store) => {
        store.getAllKeys(null, most).onsuccess = (event) => { keys = event.target.result; };
        return store.getAll(null, most);
      });
      return keys.map((key, at) => ({ key, one: values[at] }));
    },
    waiting: () => within("notes", "readonly", (store) => store.count()),
    drop: (keys) => within("notes", "readwrite", (store) => {
      let last;
      for (const key of keys) last = store.delete(key);
      return last || store.count();
    }),
  };
})();
