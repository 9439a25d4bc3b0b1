package dev.gatehouse.core.outcome;

/**
 * What a waiting check would go on with: a word of somebody who holds a role.
 *
 * <p>Immutable.
 *
 * @param role who may say it
 * @param question what is asked of them
 * @param typing what each yes must carry as its text, letter by letter; empty: anything
 * @since 0.1
 */
public record Need(String role, String question, String typing) {}
