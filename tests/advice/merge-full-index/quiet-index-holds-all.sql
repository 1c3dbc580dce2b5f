select count(*) from moves m join accounts a on a.id = m.account
