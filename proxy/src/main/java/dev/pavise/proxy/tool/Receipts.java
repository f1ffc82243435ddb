package dev.pavise.proxy.tool;

import dev.pavise.policy.signing.VerifyKey;

/** What is done with a runner's receipts. */
public sealed interface Receipts {
    /** A result counts only with a receipt that this key signed over it. */
    record SignedBy(VerifyKey key) implements Receipts {}

    /** They are handed on as they come, as the operator named no key: whoever holds the runner's certificate is believed. */
    record Unchecked() implements Receipts {}
}
