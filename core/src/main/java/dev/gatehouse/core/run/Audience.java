package dev.gatehouse.core.run;

import dev.gatehouse.core.journal.Notices;
import dev.gatehouse.core.outcome.Scrubber;
import dev.gatehouse.core.tell.Channel;
import dev.gatehouse.core.tell.Facts;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Who is told of runs, and what is known of who called for them. */
record Audience(List<Channel> channels, Facts facts) {
  static final Audience NOBODY = new Audience(List.of(), Facts.NONE);

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");

  Audience with(List<Channel> others) {
    Set<String> names = new HashSet<>();
    for (Channel channel : others) {
      if (!NAME.matcher(channel.name()).matches()) {
        throw new IllegalArgumentException(
            "channel is called '"
                + channel.name()
                + "': letters a to z, digits and '-', at most 40");
      }
      if (!names.add(channel.name())) {
        throw new IllegalArgumentException(
            "two channels are called '" + channel.name() + "': the journal knows them by name");
      }
      if (channel.occasions().isEmpty()) {
        throw new IllegalArgumentException(
            "channel '" + channel.name() + "' is told of nothing: say on(...)");
      }
    }
    return new Audience(List.copyOf(others), facts);
  }

  Audience with(Facts others) {
    return new Audience(channels, others);
  }

  void tell(Map<String, Object> body, Scrubber scrubber) {
    if (!channels.isEmpty()) {
      body.put(
          "channels",
          channels.stream().map(one -> Notices.channel(one.name(), one.occasions())).toList());
    }
    tellFacts(body, scrubber);
  }

  void tellFacts(Map<String, Object> body, Scrubber scrubber) {
    Map<String, Object> known = new LinkedHashMap<>();
    facts.known().forEach((name, value) -> known.put(name, scrubber.scrub(value)));
    if (!known.isEmpty()) {
      body.put("facts", known);
    }
  }
}
