package dev.pavise.proxy.http;

/**
 * The head of a response: what an upstream answered, or what the gateway says itself.
 *
 * @param status from 100 to 599
 * @param bodyLength bytes of the body where known (0 for none), or {@link RequestHead#UNKNOWN_LENGTH}; for an answer to HEAD and for 304 the
 *     declared length stays in the headers and this is 0
 * @param headers the fields without pseudo-header fields
 */
public record ResponseHead(int status, long bodyLength, HeaderBlock headers) {
    public boolean isInformational() {
        return status < 200;
    }

    public boolean hasBody() {
        return bodyLength != 0;
    }
}
