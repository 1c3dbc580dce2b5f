select id from docs where tags @> array[4711]
