package dev.pavise.proxy.forward;

import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.ResponseHead;
import io.netty.buffer.ByteBuf;

/** What an {@link UpstreamStream} tells its exchange, on the event loop of the client's connection. */
public interface UpstreamListener {
    /** A 1xx answer other than 101. */
    void onInformation(ResponseHead head);

    /** The upstream agreed to the protocol switch: data in both directions is now the other protocol's bytes. */
    void onSwitched(ResponseHead head);

    /** The final answer's head; {@code last} when nothing follows. The headers are valid during the call only. */
    void onResponse(ResponseHead head, boolean last);

    /** A part of the answer's body; the listener releases it. */
    void onResponseData(ByteBuf data, boolean last);

    void onResponseTrailers(HeaderBlock trailers);

    /** All that arrived in one read has been told. */
    void onUpstreamReadComplete();

    void onUpstreamWritable();

    /** The exchange with the upstream ended before its answer was whole. Told at most once, and nothing after it. */
    void onUpstreamFailure(UpstreamFailure failure);
}
