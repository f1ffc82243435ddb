package dev.pavise.proxy.forward;

import dev.pavise.proxy.http.HeaderBlock;
import dev.pavise.proxy.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Keeps what it is told, and finds fault with what may not be told: anything twice, or after the end. */
class RecordingListener implements UpstreamListener {
    private static final int KEPT = 1024 * 1024;

    final CompletableFuture<RecordingListener> ended = new CompletableFuture<>();
    final CompletableFuture<RecordingListener> begun = new CompletableFuture<>();
    final List<Integer> informations = new ArrayList<>();
    final List<String> faults = new ArrayList<>();
    final AtomicLong received = new AtomicLong();
    final AtomicLong writableCalls = new AtomicLong();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    volatile int status;
    volatile boolean switched;
    volatile String headers = "";
    volatile String trailers = "";
    volatile @Nullable UpstreamFailure failure;
    private boolean over;

    /** Waits for the end, whichever it is. */
    RecordingListener await() throws Exception {
        ended.get(20, TimeUnit.SECONDS);
        if (!faults.isEmpty()) {
            throw new AssertionError(faults);
        }
        return this;
    }

    RecordingListener awaitHead() throws Exception {
        begun.get(20, TimeUnit.SECONDS);
        return this;
    }

    synchronized String body() {
        return body.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void onInformation(ResponseHead head) {
        check("an information");
        informations.add(head.status());
    }

    @Override
    public void onSwitched(ResponseHead head) {
        check("a switch");
        switched = true;
        onHead(head);
    }

    @Override
    public void onResponse(ResponseHead head, boolean last) {
        check("a head");
        if (status != 0) {
            faults.add("a second head");
        }
        onHead(head);
        if (last) {
            end();
        }
    }

    private void onHead(ResponseHead head) {
        status = head.status();
        headers = text(head.headers());
        begun.complete(this);
    }

    @Override
    public void onResponseData(ByteBuf data, boolean last) {
        check("data");
        long before = received.getAndAdd(data.readableBytes());
        if (before < KEPT) {
            synchronized (this) {
                body.writeBytes(data.toString(StandardCharsets.ISO_8859_1).getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        data.release();
        if (last) {
            end();
        }
    }

    @Override
    public void onResponseTrailers(HeaderBlock fields) {
        check("trailers");
        trailers = text(fields);
        end();
    }

    @Override
    public void onUpstreamReadComplete() {}

    @Override
    public void onUpstreamWritable() {
        writableCalls.incrementAndGet();
    }

    @Override
    public void onUpstreamFailure(UpstreamFailure told) {
        check("a failure");
        failure = told;
        end();
    }

    private void check(String what) {
        if (over) {
            faults.add(what + " behind the end");
        }
    }

    private void end() {
        over = true;
        begun.complete(this);
        ended.complete(this);
    }

    private static String text(HeaderBlock fields) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < fields.size(); i++) {
            text.append(fields.nameText(i))
                    .append(": ")
                    .append(fields.valueText(i))
                    .append('\n');
        }
        return text.toString();
    }
}
