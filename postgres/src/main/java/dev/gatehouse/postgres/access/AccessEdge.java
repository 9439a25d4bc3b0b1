package dev.gatehouse.postgres.access;

import dev.gatehouse.core.access.Hop;

/**
 * That who does one thing does another with it, by what somebody has built.
 *
 * @param from number of the item that is used
 * @param uses mask of the rights on it of which one is enough
 * @param to number of the item that is reached
 * @param right what is done to it
 * @param as in whose name the engine does it
 */
record AccessEdge(int from, int uses, int to, Right right, Identity as, Hop hop) {}
