SELECT 1 +/* ; */ 2; SELECT 1 --;
 - 1; SELECT 3*/* */2;