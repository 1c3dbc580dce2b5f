select max(md5(md5(md5(md5(note || id) || id) || id) || id)) from orders where total between -1 and 2000
