package dev.pavise.runner.content;

/**
 * How much is kept.
 *
 * @param each bytes of one content
 * @param total bytes of all, those under way included
 * @param count of contents, those under way included
 */
public record ContentLimits(long each, long total, int count) {
    public ContentLimits {
        if (each < 1 || total < each || count < 1) {
            throw new IllegalArgumentException("limits of content let nothing in");
        }
    }
}
