package dev.gatehouse.dsl.tell;

import dev.gatehouse.core.journal.Occasion;
import dev.gatehouse.core.json.Json;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.tell.Delivery;
import dev.gatehouse.core.tell.Notice;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Tells a Slack channel by its incoming webhook. What comes from runbook, database and people is
 * escaped: nothing in it mentions anybody, however it is called. Mentions are only those of {@link
 * #mentioning}. At most a message a second, as Slack asks (api.slack.com/docs/rate-limits); what
 * comes together meanwhile is one message.
 *
 * <p>Immutable. The address is a secret, and stands in no text.
 *
 * @since 0.1
 */
public final class Slack extends NamedChannel<Slack> {
  private static final int DETAILS = 20;
  private static final int LONGEST = 3_500;
  private static final String PERSON = "@[UW][A-Z0-9]{2,20}";
  private static final String GROUP = "@S[A-Z0-9]{2,20}";

  private final Post post;
  private final Map<String, Set<Occasion>> mentions;

  private Slack(
      Post post, Set<Occasion> occasions, Map<String, Set<Occasion>> mentions, String name) {
    super(name, occasions);
    this.post = post;
    this.mentions = mentions;
  }

  /**
   * By that incoming webhook, told of waits, failures, stops, doubts and the end.
   *
   * @throws IllegalArgumentException when it is no address of https, or of http on this machine
   */
  public static Slack at(Secret webhook) {
    Set<Occasion> most =
        EnumSet.of(
            Occasion.WAITING,
            Occasion.FAILED,
            Occasion.STOPPED,
            Occasion.IN_DOUBT,
            Occasion.GUARD,
            Occasion.ENDED);
    return new Slack(Post.to(webhook), most, Map.of(), "slack");
  }

  @Override
  Slack with(String newName, Set<Occasion> newOccasions) {
    return new Slack(post, newOccasions, mentions, newName);
  }

  /**
   * The same, mentioning somebody in each message about one of these.
   *
   * @param who {@code @channel}, {@code @here} or {@code @everyone}, or by the id that Slack has
   *     for them a person ({@code @U024BE7LH}) or a group of people ({@code @SAZ94GDB8})
   * @throws IllegalArgumentException when it is none of these: a name mentions nobody
   */
  public Slack mentioning(String who, Set<Occasion> when) {
    Map<String, Set<Occasion>> more = new LinkedHashMap<>(mentions);
    more.put(mention(who), Set.copyOf(when));
    return new Slack(post, occasions(), Collections.unmodifiableMap(more), name());
  }

  /** The same, mentioning somebody in every message. */
  public Slack mentioning(String who) {
    return mentioning(who, EnumSet.allOf(Occasion.class));
  }

  /** The same under the name that the journal has for it; default {@code slack}. */
  public Slack named(String newName) {
    return with(newName, occasions());
  }

  private static String mention(String who) {
    if (List.of("@channel", "@here", "@everyone").contains(who)) {
      return "<!" + who.substring(1) + ">";
    } else if (who.matches(PERSON)) {
      return "<" + who + ">";
    } else if (who.matches(GROUP)) {
      return "<!subteam^" + who.substring(1) + ">";
    }
    throw new IllegalArgumentException(
        "who is '"
            + who
            + "': @channel, @here, @everyone, or the id of a person (@U...) or of a"
            + " group (@S...); Slack knows nobody by another name");
  }

  @Override
  public Duration pace() {
    return Duration.ofSeconds(1);
  }

  @Override
  public List<Secret> secrets() {
    return List.of(post.address());
  }

  @Override
  public Delivery deliver(List<Notice> notices) throws InterruptedException {
    return post.deliver(List.of(body(notices, DETAILS), body(notices, 0)));
  }

  private Post.Body body(List<Notice> notices, int details) {
    List<String> lines = new ArrayList<>();
    String mentioned = String.join(" ", mentioned(notices));
    NoticeText.lines(notices, details).stream().map(Slack::escaped).forEach(lines::add);
    String text = NoticeText.cut(String.join("\n", lines), LONGEST);
    // "none": what looks like a name or a channel is not made a link to it
    Map<String, Object> message =
        Map.of(
            "text",
            mentioned.isEmpty() ? text : mentioned + " " + text,
            "parse",
            "none",
            "link_names",
            false,
            "mrkdwn",
            false);
    return new Post.Body(
        "application/json; charset=utf-8",
        new String(Json.canonical(message), StandardCharsets.UTF_8),
        Map.of());
  }

  private List<String> mentioned(List<Notice> notices) {
    return mentions.entrySet().stream()
        .filter(
            one ->
                notices.stream()
                    .flatMap(notice -> notice.occasions().stream())
                    .anyMatch(one.getValue()::contains))
        .flatMap(one -> Stream.of(one.getKey()))
        .toList();
  }

  /** The three characters that Slack's markup is made of (api.slack.com/reference/surfaces). */
  static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  @Override
  public String toString() {
    return name() + " (secret '" + post.address().label() + "')";
  }
}
