select count(*) from events where ts::date = $1
