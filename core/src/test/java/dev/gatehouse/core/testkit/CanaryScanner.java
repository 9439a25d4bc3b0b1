package dev.gatehouse.core.testkit;

import java.net.URLEncoder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Looks for a secret where none may be: as it is, and as Base64 (at each of the three places it may
 * begin within longer content), hexadecimal, URLs, JSON and SQL write it, in UTF-8 and in UTF-16.
 *
 * <p>Immutable and thread-safe. Give it a secret of twelve characters or more with quotes, a
 * backslash and a letter beyond ASCII in it, so that every form differs.
 */
public final class CanaryScanner {
  private final Map<String, byte[]> forms = new LinkedHashMap<>();

  public CanaryScanner(String canary) {
    form("raw", canary);
    form("SQL-quoted", canary.replace("'", "''"));
    form("SQL-escaped", canary.replace("\\", "\\\\").replace("'", "\\'"));
    form("JSON", canary.replace("\\", "\\\\").replace("\"", "\\\""));
    form("JSON, ASCII only", ascii(canary.replace("\\", "\\\\").replace("\"", "\\\"")));
    form("URL", URLEncoder.encode(canary, StandardCharsets.UTF_8));
    form(
        "URL, spaces as %20",
        URLEncoder.encode(canary, StandardCharsets.UTF_8).replace("+", "%20"));
    for (Charset charset : List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16LE)) {
      byte[] bytes = canary.getBytes(charset);
      form("hex of " + charset, HexFormat.of().formatHex(bytes));
      form("upper-case hex of " + charset, HexFormat.of().withUpperCase().formatHex(bytes));
      for (int shift = 0; shift < 3; shift++) {
        String inner = base64(bytes, shift);
        form("Base64 of " + charset + " at " + shift, inner);
        form("URL-safe Base64 of " + charset + " at " + shift, urlSafe(inner));
      }
    }
    forms.put("UTF-16LE", canary.getBytes(StandardCharsets.UTF_16LE));
    forms.put("UTF-16BE", canary.getBytes(StandardCharsets.UTF_16BE));
    forms.put("ISO-8859-1", canary.getBytes(StandardCharsets.ISO_8859_1));
  }

  private void form(String name, String text) {
    forms.put(name, text.getBytes(StandardCharsets.UTF_8));
  }

  private static String urlSafe(String base64) {
    return base64.replace('+', '-').replace('/', '_');
  }

  /** The characters that do not depend on what stands before and behind. */
  private static String base64(byte[] bytes, int shift) {
    byte[] shifted = new byte[bytes.length + shift];
    System.arraycopy(bytes, 0, shifted, shift, bytes.length);
    String all = Base64.getEncoder().withoutPadding().encodeToString(shifted);
    return all.substring(shift == 0 ? 0 : shift + 1, shifted.length / 3 * 4);
  }

  private static String ascii(String text) {
    StringBuilder ascii = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      ascii.append(c < 128 ? String.valueOf(c) : String.format(Locale.ROOT, "\\u%04x", (int) c));
    }
    return ascii.toString();
  }

  /** The forms that are in there; none when it is clean. */
  public List<String> leaks(byte[] bytes) {
    List<String> found = new ArrayList<>();
    forms.forEach(
        (name, form) -> {
          if (contains(bytes, form)) {
            found.add(name);
          }
        });
    return found;
  }

  /** The forms that are in that text; none when it is clean. */
  public List<String> leaks(String text) {
    return leaks(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Length in bytes of the longest form: windows over a stream must overlap by that. */
  public int longestForm() {
    return forms.values().stream().mapToInt(form -> form.length).max().orElse(0);
  }

  private static boolean contains(byte[] bytes, byte[] form) {
    for (int at = 0; at + form.length <= bytes.length; at++) {
      int same = 0;
      while (same < form.length && bytes[at + same] == form[same]) {
        same++;
      }
      if (same == form.length) {
        return true;
      }
    }
    return false;
  }
}
