package dev.gatehouse.dsl.access;

/** A gain of others that somebody has answered for. */
record AcceptedGain(String roles, String reason) {}
