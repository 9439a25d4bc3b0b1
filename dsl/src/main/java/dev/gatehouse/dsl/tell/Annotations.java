package dev.gatehouse.dsl.tell;

import dev.gatehouse.core.outcome.Finding;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Findings that name a line of a file, as commands that GitHub Actions reads from a log
 * (docs.github.com, "Workflow commands": setting an error message).
 */
final class Annotations {
  /** Files of these kinds only: {@code db.example.com:5432} is none. */
  private static final Pattern PLACE =
      Pattern.compile(
          "(?<![\\w./-])([\\w./-]*\\w\\.(?:sql|psql|ddl|prisma|java|kt|groovy|scala|js|jsx|ts|tsx|vue"
              + "|py|rb|php|go|rs|cs|sh|pl|ex|yml|yaml|json|xml|properties|html))"
              + ":([1-9][0-9]{0,6})\\b");

  private static final int MOST = 50;

  private Annotations() {}

  static List<String> of(List<Finding> findings) {
    Set<String> lines = new LinkedHashSet<>();
    for (Finding finding : findings) {
      for (String text : List.of(finding.headline(), finding.expected(), finding.found())) {
        Matcher place = PLACE.matcher(text);
        while (place.find()) {
          lines.add(
              "::error file="
                  + property(place.group(1))
                  + ",line="
                  + place.group(2)
                  + "::"
                  + message(finding.headline() + " (" + finding.code() + ")"));
        }
      }
    }
    return new ArrayList<>(lines).subList(0, Math.min(MOST, lines.size()));
  }

  private static String message(String text) {
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
  }

  private static String property(String text) {
    return message(text).replace(":", "%3A").replace(",", "%2C");
  }
}
