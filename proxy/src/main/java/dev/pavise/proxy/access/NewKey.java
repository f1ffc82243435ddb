package dev.pavise.proxy.access;

import dev.pavise.policy.key.KeyRecord;
import dev.pavise.policy.key.KeyText;

/**
 * A key that was just made.
 *
 * @param text the key itself: to be shown to its maker, now or never
 */
public record NewKey(KeyRecord record, KeyText text) {}
