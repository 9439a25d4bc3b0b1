SELECT
$x$ a $X$;