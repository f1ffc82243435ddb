package dev.pavise.policy.key;

/**
 * The whole text of an API key, secret and all. Only {@link KeyFormat} makes one: a new key, which is shown to its maker once,
 * or a presented one, whose shape and checksum are right.
 */
public final class KeyText {
    private final String text;
    private final int id;
    private final int secret;

    KeyText(String text) {
        this.text = text;
        this.secret = text.length() - KeyFormat.CHECKSUM - KeyFormat.SECRET;
        this.id = secret - KeyFormat.ID;
    }

    /** The key itself. Look for callers of this method to see where keys go. */
    public String reveal() {
        return text;
    }

    /** The part that names the key, which is no secret. */
    public String id() {
        return text.substring(id, secret);
    }

    /** What may be kept. */
    public SecretHash hash() {
        return SecretHash.of(secret());
    }

    String secret() {
        return text.substring(secret, secret + KeyFormat.SECRET);
    }

    @Override
    public String toString() {
        return "***";
    }
}
