package dev.gatehouse.core.testkit.engine;

import dev.gatehouse.core.outcome.Secret;

/**
 * Someone who can log in.
 *
 * @param name of the account, without a host
 * @param secret its password: letters and digits only
 */
public record Account(String name, Secret secret) {}
