package dev.gatehouse.mysql.access;

/**
 * A reference that changes the referring table when the other is changed, whoever does that.
 *
 * @param parent and child, numbers of items
 * @param use the right by which the parent is changed
 * @param done what happens to the child
 */
record ForeignKey(String name, int parent, int child, Right use, Right done) {}
