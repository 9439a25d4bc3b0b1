package dev.gatehouse.core.testkit;

import java.net.URLEncoder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Looks for secrets where none may be: as they are, and as Base64 (at each of the three places it
 * may begin within longer content), hexadecimal, URLs, JSON and SQL write them, in UTF-8 and in
 * UTF-16. One pass, however many they are.
 *
 * <p>Immutable and thread-safe. Give it secrets of twelve characters or more, and for forms that
 * all differ some with quotes, a backslash and a letter beyond ASCII.
 */
public final class CanaryScanner {
  private static final int HEAD = Integer.BYTES;
  private static final int FILTER = 0xFFFF;

  private final Map<String, byte[]> forms = new LinkedHashMap<>();

  /** By their first four bytes, folded; most places of what is scanned begin none of them. */
  private final BitSet heads = new BitSet(FILTER + 1);

  private final Map<Integer, List<String>> byHead = new HashMap<>();

  public CanaryScanner(String canary) {
    this(List.of(canary));
  }

  /** Finds each of them; what it found names it by its place in that list where there are more. */
  public static CanaryScanner ofAll(List<String> canaries) {
    return new CanaryScanner(canaries);
  }

  private CanaryScanner(List<String> canaries) {
    for (int at = 0; at < canaries.size(); at++) {
      forms(canaries.size() == 1 ? "" : "canary " + at + ", ", canaries.get(at));
    }
    forms.forEach(
        (name, bytes) -> {
          if (bytes.length < HEAD) {
            throw new IllegalArgumentException("too short to be found: " + name);
          }
          int head = head(bytes, 0);
          heads.set(folded(head));
          byHead.computeIfAbsent(head, key -> new ArrayList<>()).add(name);
        });
  }

  private static int head(byte[] bytes, int at) {
    return (bytes[at] & 0xFF) << 24
        | (bytes[at + 1] & 0xFF) << 16
        | (bytes[at + 2] & 0xFF) << 8
        | (bytes[at + 3] & 0xFF);
  }

  private static int folded(int head) {
    return (head ^ head >>> 13) & FILTER;
  }

  private void forms(String of, String canary) {
    form(of + "raw", canary);
    form(of + "SQL-quoted", canary.replace("'", "''"));
    form(of + "SQL-escaped", canary.replace("\\", "\\\\").replace("'", "\\'"));
    form(of + "JSON", canary.replace("\\", "\\\\").replace("\"", "\\\""));
    form(of + "JSON, ASCII only", ascii(canary.replace("\\", "\\\\").replace("\"", "\\\"")));
    form(of + "URL", URLEncoder.encode(canary, StandardCharsets.UTF_8));
    form(
        of + "URL, spaces as %20",
        URLEncoder.encode(canary, StandardCharsets.UTF_8).replace("+", "%20"));
    for (Charset charset : List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16LE)) {
      byte[] bytes = canary.getBytes(charset);
      form(of + "hex of " + charset, HexFormat.of().formatHex(bytes));
      form(of + "upper-case hex of " + charset, HexFormat.of().withUpperCase().formatHex(bytes));
      for (int shift = 0; shift < 3; shift++) {
        String inner = base64(bytes, shift);
        form(of + "Base64 of " + charset + " at " + shift, inner);
        form(of + "URL-safe Base64 of " + charset + " at " + shift, urlSafe(inner));
      }
    }
    forms.put(of + "UTF-16LE", canary.getBytes(StandardCharsets.UTF_16LE));
    forms.put(of + "UTF-16BE", canary.getBytes(StandardCharsets.UTF_16BE));
    forms.put(of + "ISO-8859-1", canary.getBytes(StandardCharsets.ISO_8859_1));
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
    Set<String> found = new HashSet<>();
    for (int at = 0; at + HEAD <= bytes.length; at++) {
      int head = head(bytes, at);
      if (heads.get(folded(head))) {
        for (String name : byHead.getOrDefault(head, List.of())) {
          if (isAt(bytes, at, forms.getOrDefault(name, bytes))) {
            found.add(name);
          }
        }
      }
    }
    return forms.keySet().stream().filter(found::contains).toList();
  }

  /** The forms that are in that text; none when it is clean. */
  public List<String> leaks(String text) {
    return leaks(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Length in bytes of the longest form: windows over a stream must overlap by that. */
  public int longestForm() {
    return forms.values().stream().mapToInt(form -> form.length).max().orElse(0);
  }

  private static boolean isAt(byte[] bytes, int at, byte[] form) {
    return at + form.length <= bytes.length
        && Arrays.equals(bytes, at, at + form.length, form, 0, form.length);
  }
}
