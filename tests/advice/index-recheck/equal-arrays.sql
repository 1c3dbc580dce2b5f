select * from docs where tags = array['t3','t3','common']
