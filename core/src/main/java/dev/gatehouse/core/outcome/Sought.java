package dev.gatehouse.core.outcome;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One secret, and where it is looked for. The only place that decides it: a secret nobody writes by
 * chance is looked for everywhere and in every form; one that could as well be a word, a number or
 * a name is looked for only where a secret stands, because anywhere else it tells nothing and the
 * text would no longer say what it says.
 */
record Sought(Secret secret, Collection<String> names) {
  private static final int RANDOM_FROM = 8;
  private static final int WORDS_END = 16;

  /** A word, a number, a date: what texts are full of. */
  private static final Pattern WORD =
      Pattern.compile("\\p{L}?[\\p{Ll}\\p{Lo}_]+|[\\p{Lu}_]+|[\\p{N}TZ:.+-]+");

  private static final String KEYWORD =
      "(?i:password|passwd|passphrase|pwd|secret|identified\\s+by)";

  /** Whether it is such that it must stand nowhere at all. */
  boolean everywhere() {
    return secret.reveal(value -> !ordinary(new String(value)));
  }

  /** What the house wrote, and what it was given as SQL. */
  String scrub(String text) {
    return secret.reveal(
        value -> {
          String raw = new String(value);
          return ordinary(raw) ? inCredentials(text, raw) : replaced(text, forms(raw));
        });
  }

  /** What a server, a driver or a tool wrote: its values are values, and no names of ours. */
  String scrubOutput(String text) {
    String clean = scrub(text);
    return secret.reveal(
        value -> {
          String raw = new String(value);
          return ordinary(raw) && !names.contains(raw) ? inValues(clean, raw) : clean;
        });
  }

  private boolean ordinary(String raw) {
    return raw.length() < RANDOM_FROM
        || (raw.length() < WORDS_END && WORD.matcher(raw).matches())
        || names.stream().anyMatch(name -> lower(name).contains(lower(raw)));
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  /** {@code password=x}, {@code PASSWORD 'x'}, {@code //account:x@host}, {@code -px}. */
  private String inCredentials(String text, String raw) {
    String clean = text;
    for (String form : List.of(raw, raw.replace("'", "''"), url(raw))) {
      String value = Pattern.quote(form);
      clean = replaced(clean, "(" + KEYWORD + "\"?\\s*(?:=|:|=>)?\\s*[Ee]?')" + value + "(?=')");
      clean = replaced(clean, "(" + KEYWORD + "\"?\\s*(?:=|:)\\s*\"?)" + value + "(?![\\w-])");
      clean = replaced(clean, "(://[^\\s/@:]*:)" + value + "(?=@)");
      clean = replaced(clean, "((?<!\\S)-p)" + value + "(?!\\S)");
    }
    return clean;
  }

  /** {@code 'x'}, {@code =x}, {@code (x)}; what stands in double quotes is a name. */
  private String inValues(String text, String raw) {
    String value = Pattern.quote(raw);
    String clean = replaced(text, "(')" + Pattern.quote(raw.replace("'", "''")) + "(?=')");
    clean = replaced(clean, "(=\\s?)" + value + "(?![\\w.-])");
    return replaced(clean, "(\\()" + value + "(?=\\))");
  }

  private String replaced(String text, String pattern) {
    return Pattern.compile(pattern)
        .matcher(text)
        .replaceAll("$1" + Matcher.quoteReplacement(sign()));
  }

  private String replaced(String text, List<String> forms) {
    String clean = text;
    for (String form : forms) {
      clean = clean.replace(form, sign());
    }
    return clean;
  }

  private String sign() {
    return "[" + secret.label() + "]";
  }

  private static String url(String raw) {
    return URLEncoder.encode(raw, StandardCharsets.UTF_8);
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
    forms.add(url(raw));
    forms.add(url(raw).replace("+", "%20"));
    forms.add(Base64.getEncoder().withoutPadding().encodeToString(utf8));
    forms.add(Base64.getUrlEncoder().withoutPadding().encodeToString(utf8));
    forms.add(HexFormat.of().formatHex(utf8));
    forms.add(HexFormat.of().withUpperCase().formatHex(utf8));
    forms.add(new String(utf16, StandardCharsets.ISO_8859_1));
    forms.sort(Comparator.comparingInt(String::length).reversed());
    return forms;
  }
}
