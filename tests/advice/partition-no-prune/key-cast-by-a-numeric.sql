select * from ledger where id = 4711.0
