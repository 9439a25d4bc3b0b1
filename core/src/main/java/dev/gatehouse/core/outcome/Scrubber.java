package dev.gatehouse.core.outcome;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes known secrets out of texts that come from elsewhere: server errors, tool output, exception
 * messages. Knows each secret as it is and as Base64, hexadecimal, URL, JSON and SQL write it.
 *
 * <p>Thread-safe. The last line of defence: what is built in the house never holds a secret.
 *
 * @since 0.1
 */
public final class Scrubber {
  private final List<Secret> secrets;

  private Scrubber(List<Secret> secrets) {
    this.secrets = secrets;
  }

  /** Scrubs these secrets. */
  public static Scrubber of(Collection<Secret> secrets) {
    return new Scrubber(List.copyOf(secrets));
  }

  /** The text with every form of every secret replaced by {@code [label]}. */
  public String scrub(String text) {
    String clean = text;
    for (Secret secret : secrets) {
      clean = scrub(clean, secret);
    }
    return clean;
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
      return Outcome.waiting(waiting.recheckAt(), scrub(waiting.reason()));
    } else if (outcome instanceof Outcome.Skipped skipped) {
      return new Outcome.Skipped(scrub(skipped.reason()), scrub(skipped.who()));
    }
    return new Outcome.Inconclusive(findings);
  }

  private Evidence scrub(Evidence evidence) {
    Evidence clean = Evidence.at(evidence.takenAt());
    for (Map.Entry<String, String> fact : evidence.facts().entrySet()) {
      clean = clean.with(scrub(fact.getKey()), scrub(fact.getValue()));
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
    return error.getClass().getSimpleName() + (message == null ? "" : ": " + scrub(message));
  }

  private static String scrub(String text, Secret secret) {
    return secret.reveal(
        value -> {
          String clean = text;
          for (String form : forms(new String(value))) {
            clean = clean.replace(form, "[" + secret.label() + "]");
          }
          return clean;
        });
  }

  /** Longest first, so that no form is cut in two by a shorter one within it. */
  private static List<String> forms(String raw) {
    byte[] utf8 = raw.getBytes(StandardCharsets.UTF_8);
    byte[] utf16 = raw.getBytes(StandardCharsets.UTF_16LE);
    List<String> forms = new ArrayList<>();
    forms.add(raw);
    forms.add(raw.replace("'", "''"));
    forms.add(raw.replace("\\", "\\\\").replace("\"", "\\\""));
    forms.add(raw.replace("\\", "\\\\").replace("'", "\\'"));
    forms.add(URLEncoder.encode(raw, StandardCharsets.UTF_8));
    forms.add(URLEncoder.encode(raw, StandardCharsets.UTF_8).replace("+", "%20"));
    forms.add(Base64.getEncoder().withoutPadding().encodeToString(utf8));
    forms.add(Base64.getUrlEncoder().withoutPadding().encodeToString(utf8));
    forms.add(HexFormat.of().formatHex(utf8));
    forms.add(HexFormat.of().withUpperCase().formatHex(utf8));
    forms.add(new String(utf16, StandardCharsets.ISO_8859_1));
    forms.sort(Comparator.comparingInt(String::length).reversed());
    return forms;
  }

  private static final class Scrubbed extends GatehouseException {
    private static final long serialVersionUID = 1L;

    Scrubbed(String message, @Nullable GatehouseException cause) {
      super(message, cause);
    }
  }
}
