-- purpose: a channel held as it is until the transaction ends, by many at once: nobody closes it while somebody joins
SELECT id, organisation, state FROM channels_channel WHERE id = %(channel)s FOR SHARE
