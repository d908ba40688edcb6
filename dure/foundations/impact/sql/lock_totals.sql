-- purpose: wait for who counts now and let who comes later wait, since counting needs both tables
LOCK TABLE impact_day, impact_person IN EXCLUSIVE MODE
