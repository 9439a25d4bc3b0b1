package dev.gatehouse.dsl;

import java.util.Optional;

/**
 * A script as it was read once.
 *
 * @param sha256 of its bytes, lower-case hex; absent where the text stands in the runbook itself
 */
record Script(String name, String text, Optional<String> sha256) {}
