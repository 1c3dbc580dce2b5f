select * from docs where tags @> array['t3','t4']
