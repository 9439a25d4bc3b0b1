copy t from stdin with (format csv, header); -- here it comes
a,b
"x;
\!",2
\.

SELECT 2;