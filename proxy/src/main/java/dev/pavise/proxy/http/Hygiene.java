package dev.pavise.proxy.http;

/** What of a message's fields goes on to the other side (promise P7; RFC 9110, 7.6.1). */
@SuppressWarnings("DoNotCallSuggester")
public final class Hygiene {
    private Hygiene() {}

    /** Fills {@code out} with the fields of a request that go to the upstream, and what the gateway says itself. */
    public static void toUpstream(RequestHead head, ForwardFacts facts, HeaderBlock out) {
        throw new UnsupportedOperationException(head + "" + facts + out);
    }

    /** Fills {@code out} with the fields of an answer that go to the client. */
    public static void toClient(ResponseHead head, HeaderBlock out) {
        throw new UnsupportedOperationException(head + "" + out);
    }
}
