package dev.gatehouse.core.outcome;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes known secrets out of texts: server errors, tool output, exception messages, and what was
 * built of them. Knows each secret as it is and as Base64, hexadecimal, URL, JSON and SQL write it.
 *
 * <p>A secret that could as well be a word, a number or a name ({@code test}, {@code 2026}, the
 * account's own name; shorter than 8 characters, or shorter than 16 and of one kind) is taken out
 * only where a secret stands: behind {@code password=} or {@code PASSWORD}, in the account part of
 * an address, and in what servers and tools say also where a value stands alone. Everything else is
 * looked for in every part of every text.
 *
 * <p>Facts that were {@linkplain Evidence#keeping kept} stay as they are: the engine reads them
 * back.
 *
 * <p>Thread-safe. The last line of defence: what is built in the house never holds a secret.
 *
 * @since 0.1
 */
public final class Scrubber {
  private final List<Sought> secrets;

  private Scrubber(List<Sought> secrets) {
    this.secrets = secrets;
  }

  /** Scrubs these secrets. */
  public static Scrubber of(Collection<Secret> secrets) {
    return of(secrets, List.of());
  }

  /**
   * Scrubs these secrets, one that is part of a name in use only where a secret stands.
   *
   * @param names of account, database and host, which every message needs
   */
  public static Scrubber of(Collection<Secret> secrets, Collection<String> names) {
    List<String> all = List.copyOf(names);
    return new Scrubber(secrets.stream().map(secret -> new Sought(secret, all)).toList());
  }

  /** The same, scrubbing these secrets, too. */
  public Scrubber with(Collection<Secret> more) {
    List<Sought> all = new ArrayList<>(secrets);
    more.forEach(secret -> all.add(new Sought(secret, List.of())));
    return new Scrubber(List.copyOf(all));
  }

  /** The text with every secret replaced by {@code [label]}. */
  public String scrub(String text) {
    String clean = text;
    for (Sought secret : secrets) {
      clean = secret.scrub(clean);
    }
    return clean;
  }

  /** The same for what a server, a driver or a tool said. */
  public String scrubOutput(String text) {
    String clean = text;
    for (Sought secret : secrets) {
      clean = secret.scrubOutput(clean);
    }
    return clean;
  }

  /** Whether the text holds a secret that must stand nowhere, not even in a name. */
  public boolean refuses(String text) {
    return secrets.stream()
        .anyMatch(secret -> secret.everywhere() && !secret.scrub(text).equals(text));
  }

  /** The finding with every text of it scrubbed. */
  public Finding scrub(Finding finding) {
    return new Finding(
        finding.code(),
        scrub(finding.headline()),
        scrub(finding.expected()),
        scrub(finding.found()),
        scrub(finding.fix()),
        finding.subjects().stream()
            .map(one -> new Subject(scrub(one.who()), scrub(one.what()), scrub(one.on())))
            .toList());
  }

  /** The outcome with every text of it scrubbed. */
  public Outcome scrub(Outcome outcome) {
    List<Finding> findings = outcome.findings().stream().map(this::scrub).toList();
    if (outcome instanceof Outcome.Passed passed) {
      return Outcome.passed(scrub(passed.evidence()));
    } else if (outcome instanceof Outcome.Failed failed) {
      return new Outcome.Failed(findings, scrub(failed.evidence()));
    } else if (outcome instanceof Outcome.Waiting waiting) {
      return new Outcome.Waiting(
          waiting.recheckAt(),
          scrub(waiting.reason()),
          waiting.needs().stream().map(this::scrub).toList(),
          waiting.soFar().map(this::scrub));
    } else if (outcome instanceof Outcome.Skipped skipped) {
      return new Outcome.Skipped(scrub(skipped.reason()), scrub(skipped.who()));
    }
    return new Outcome.Inconclusive(findings);
  }

  /** The need with every text of it scrubbed. */
  public Need scrub(Need need) {
    return new Need(scrub(need.role()), scrub(need.question()), scrub(need.typing()));
  }

  /** The evidence with every text of it scrubbed, and what was kept as it is. */
  public Evidence scrub(Evidence evidence) {
    Evidence clean = Evidence.at(evidence.takenAt());
    for (Map.Entry<String, String> fact : evidence.facts().entrySet()) {
      String name = fact.getKey();
      clean =
          evidence.kept().contains(name)
              ? clean.keeping(name, fact.getValue())
              : clean.with(scrub(name), scrub(fact.getValue()));
    }
    return clean;
  }

  /**
   * An exception that tells the same, scrubbed: class and message of the original and of its
   * causes, the original's stack, and no reference to it.
   */
  public GatehouseException scrub(Throwable original) {
    Throwable cause = original.getCause();
    Scrubbed scrubbed =
        new Scrubbed(describe(original), cause == null || cause == original ? null : scrub(cause));
    scrubbed.setStackTrace(original.getStackTrace());
    return scrubbed;
  }

  /** Simple class name and message of an exception, scrubbed. */
  public String describe(Throwable error) {
    String message = error.getMessage();
    return error.getClass().getSimpleName() + (message == null ? "" : ": " + scrubOutput(message));
  }

  private static final class Scrubbed extends GatehouseException {
    private static final long serialVersionUID = 1L;

    Scrubbed(String message, @Nullable GatehouseException cause) {
      super(message, cause);
    }
  }
}
