package dev.gatehouse.core.outcome;

import java.util.ArrayList;
import java.util.List;

/**
 * Refusals that do not depend on each other, collected so that a person can fix them all in one go.
 *
 * <p>One thread at a time.
 *
 * @since 0.1
 */
public final class Refusals {
  private final List<Finding> found = new ArrayList<>();

  /** A look that may refuse. */
  @FunctionalInterface
  public interface Look<E extends Exception> {
    void look() throws E;
  }

  /** A look that may refuse, and else tells something. */
  @FunctionalInterface
  public interface Question<T, E extends Exception> {
    T ask() throws E;
  }

  /** Looks, and keeps what is refused. */
  public <E extends Exception> void in(Look<E> look) throws E {
    this.<Boolean, E>in(
        () -> {
          look.look();
          return true;
        },
        false);
  }

  /**
   * Asks, and keeps what is refused. What breaks behind a refusal is left alone: it may break by
   * the very thing that was refused, and is asked again when that is fixed.
   *
   * @param otherwise what stands for the answer where there is none
   */
  public <T, E extends Exception> T in(Question<T, E> question, T otherwise) throws E {
    try {
      return question.ask();
    } catch (Refusal refused) {
      refused.findings().stream().filter(one -> !found.contains(one)).forEach(found::add);
    } catch (Exception e) {
      if (found.isEmpty()) {
        throw e;
      }
    }
    return otherwise;
  }

  /** Whether anything was refused. */
  public boolean any() {
    return !found.isEmpty();
  }

  /**
   * Goes on where nothing was refused.
   *
   * @throws Refusal naming all that was, each once
   */
  public void refuse() {
    if (any()) {
      throw Refusal.of(found);
    }
  }
}
