package dev.gatehouse.core.artifact;

import dev.gatehouse.core.outcome.Refusal;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Names of artifacts, of their files, and of what stands beside them while they are made. */
final class ArtifactName {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final Pattern ID = Pattern.compile("\\d{8}T\\d{6}Z-[0-9a-f]{8}");
  private static final String CLAIM = ".claim";
  private static final String STAGING = ".part";
  private static final Set<String> TAKEN = Set.of(ManifestText.NAME, RestoreGuide.NAME);

  /** Longest in bytes, so that suffixes still fit into the 255 a file system allows. */
  private static final int LONGEST = 200;

  private ArtifactName() {}

  static String next(Instant now) {
    return TIME.format(now) + String.format("-%08x", RANDOM.nextInt());
  }

  /** Whether it was begun not before that one, by the second, and not after that moment. */
  static boolean isBetween(String id, String from, Instant until) {
    return !id.equals(from)
        && stamp(id).compareTo(stamp(from)) >= 0
        && stamp(id).compareTo(TIME.format(until)) <= 0;
  }

  private static String stamp(String id) {
    return id.replaceFirst("-.*", "");
  }

  static boolean isId(String name) {
    return ID.matcher(name).matches();
  }

  static String staging(String id) {
    return "." + id + STAGING;
  }

  static String claim(String id) {
    return "." + id + CLAIM;
  }

  static boolean isClaim(String name) {
    return name.endsWith(CLAIM) && isId(middle(name, CLAIM));
  }

  static boolean isStaging(String name) {
    return name.endsWith(STAGING) && isId(middle(name, STAGING));
  }

  static String idOfClaim(String name) {
    return middle(name, CLAIM);
  }

  static String idOfStaging(String name) {
    return middle(name, STAGING);
  }

  private static String middle(String name, String suffix) {
    return name.startsWith(".") && name.length() > suffix.length() + 1
        ? name.substring(1, name.length() - suffix.length())
        : "";
  }

  /** Whether a file of an artifact may have that name: one that stays in its directory. */
  static boolean isFile(String name) {
    return !name.isEmpty()
        && name.getBytes(StandardCharsets.UTF_8).length <= LONGEST
        && !name.startsWith(".")
        && !name.startsWith("-")
        && !TAKEN.contains(name)
        && name.chars().noneMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c));
  }

  /**
   * @throws Refusal when no file of an artifact may have that name
   */
  static String file(String name) {
    if (!isFile(name)) {
      throw VaultRefusals.to(
          "vault.bad-file-name",
          "'" + name + "' cannot be the name of a file in an artifact",
          "1 to "
              + LONGEST
              + " bytes without slash, backslash or control characters, that do not begin with"
              + " '.' or '-', and neither "
              + ManifestText.NAME
              + " nor "
              + RestoreGuide.NAME,
          "'" + name + "'",
          "name it after the database, such as shop.db");
    }
    return name;
  }
}
