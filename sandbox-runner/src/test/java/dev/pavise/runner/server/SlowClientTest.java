package dev.pavise.runner.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlowClientTest {
    @TempDir
    private Path folder;

    @Test
    void holdsNoPlaceForThoseWhoDoNotTakeTheirAnswer() throws Exception {
        try (TestRunner runner =
                        TestRunner.start(folder, "concurrent: 1, queue: 1, queue_timeout: 15s, body_timeout: 300ms");
                RawClient client = new RawClient(runner, new Http2Settings().initialWindowSize(0))) {
            String manifest = runner.manifest(runner.put("#!/bin/sh\necho done\n"), "");
            Http2StreamChannel stream = client.open().orElseThrow();
            RawClient.send(stream, RawClient.head("POST", "/v1/runs"), TestRunner.run(manifest, "", "alice"));
            TestRunner.await("it runs", () -> runner.backend.runs().size() == 1);
            assertEquals(200, runner.runScript("#!/bin/sh\necho done\n", "").statusCode(), "the place is free again");
            assertTrue(stream.closeFuture().await(20_000), "its request is reset");
            assertTrue(client.connection.isActive(), "others on its connection go on");
        }
    }
}
