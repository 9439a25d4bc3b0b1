package dev.gatehouse.dsl.assertj;

import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.dialect.Target;

/**
 * Entry points for AssertJ, made for {@code import static}, beside AssertJ's own.
 *
 * @since 0.1
 */
public final class GatehouseAssertions {
  private GatehouseAssertions() {}

  /**
   * About who may do what, as one snapshot tells it: {@code
   * assertThat(access(shop)).grantee("shop_app").mayOnly(SELECT).on("shop.*")}.
   */
  public static AccessAssert assertThat(EffectiveAccess access) {
    return new AccessAssert(access);
  }

  /** About a database: {@code assertThat(shop).passes(gate)}. */
  public static TargetAssert assertThat(Target target) {
    return new TargetAssert(target);
  }
}
