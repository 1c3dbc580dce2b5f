select sum(total) from unvacuumed where created_at > now() - interval '30 days'
