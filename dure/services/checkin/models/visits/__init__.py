"""Tables of the visit party: no person. What comes with a scan is in sql/visit_party.sql."""
