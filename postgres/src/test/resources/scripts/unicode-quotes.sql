SELECT U&'\0041;\' , u&"d\0061t;""a" UESCAPE '!';
SELECT 2;