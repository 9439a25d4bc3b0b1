package dev.gatehouse.mysql.access;

/**
 * A trigger, which always runs as its definer.
 *
 * @param table number of the item it is on
 * @param event the right by whose use it is fired
 */
record Trigger(String name, int table, Right event, Program program) {}
