select * from moves m join accounts a on a.id = m.account order by m.account limit 5000
