package dev.gatehouse.mysql.access;

import java.util.Locale;
import java.util.regex.Pattern;

/** Where logins come from, as accounts and grants say it: a name, an address, a pattern of them. */
final class Hosts {
  private static final Pattern ADDRESS = Pattern.compile("[0-9a-f:.%_/]*[0-9:.][0-9a-f:.%_/]*");

  private Hosts() {}

  /** Whether every login that the one is for is one that the other is for. */
  static boolean covers(String wide, String narrow) {
    String w = wide.toLowerCase(Locale.ROOT);
    String n = narrow.toLowerCase(Locale.ROOT);
    if (w.equals(n) || w.isEmpty() || w.equals("%")) {
      return true;
    }
    // a wildcard of the narrow one is met by one of the same kind, or by % in the other
    return !w.contains("/") && !(w.contains("_") && Wildcards.any(n)) && Wildcards.match(w, n);
  }

  /** Whether a login may come from where both are for; yes where it cannot be told. */
  static boolean overlap(String one, String other) {
    String a = one.toLowerCase(Locale.ROOT);
    String b = other.toLowerCase(Locale.ROOT);
    if (covers(a, b) || covers(b, a)) {
      return true;
    }
    if (a.contains("/") || b.contains("/") || isAddress(a) != isAddress(b)) {
      return true;
    }
    if (!Wildcards.any(a) || !Wildcards.any(b)) {
      return false;
    }
    String first = fixed(a);
    String second = fixed(b);
    return first.startsWith(second) || second.startsWith(first);
  }

  private static boolean isAddress(String host) {
    return ADDRESS.matcher(host).matches();
  }

  private static String fixed(String host) {
    int end = 0;
    while (end < host.length() && host.charAt(end) != '%' && host.charAt(end) != '_') {
      end++;
    }
    return host.substring(0, end);
  }
}
