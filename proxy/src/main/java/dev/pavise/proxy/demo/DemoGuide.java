package dev.pavise.proxy.demo;

/** The text that a demonstration greets with: what runs where, and commands to copy. */
final class DemoGuide {
    private DemoGuide() {}

    static String text(Demo demo, DemoAgent agent) {
        return """

            Pavise stands in front of a small agent runtime.
              gateway   %1$s
              runtime   %2$s (plain HTTP, as yours may be; nothing but the gateway should reach it)
              files     %3$s (CA, operator token, configuration, audit trail)

            To copy, into another terminal:

              export URL=%1$s CA=%4$s
              export OPERATOR=%5$s
              export READER=%6$s

              curl --cacert $CA $URL/agents                                                        # 401: no credential
              curl --cacert $CA -H "Authorization: Bearer $OPERATOR" $URL/agents                   # 200, over HTTP/2
              curl --cacert $CA -H "Authorization: Bearer $OPERATOR" --http1.1 $URL/agents         # 200, over HTTP/1.1
              curl --cacert $CA -H "Authorization: Bearer $READER" $URL/agents/scribe              # 200 five times, then 429
              curl --cacert $CA -H "Authorization: Bearer $READER" -d hello $URL/upload            # 403, which names the rule
              curl --cacert $CA -H "Authorization: Bearer $OPERATOR" -N $URL/agents/scribe/stream  # server-sent events
              curl --cacert $CA -H "Authorization: Bearer $OPERATOR" -o /dev/null "$URL/download?bytes=1000000000"
              curl --cacert $CA -H "Authorization: Bearer $OPERATOR" "$URL/v1/audit/events?limit=5"

              WebSocket: %7$s/ws/echo with the same Authorization header sends back what it gets.

              export KEY=$(%8$s auth create-key --data-dir %3$s --name mine --permissions agent:list --expires-in 1h)
              curl --cacert $CA -H "X-Api-Key: $KEY" $URL/agents                                   # 200
              %8$s auth revoke-key --data-dir %3$s mine
              curl --cacert $CA -H "X-Api-Key: $KEY" $URL/agents                                   # 401, from the next request on
              %8$s auth list --data-dir %3$s

              %8$s audit query --data-dir %3$s --last 1h
              %8$s audit verify --data-dir %3$s

            Ctrl-C ends it.
            """.formatted(
                        demo.url(),
                        agent.uri(),
                        demo.folder(),
                        demo.ca(),
                        demo.operatorToken(),
                        demo.readerToken(),
                        demo.url().replaceFirst("^https", "wss"),
                        System.getProperty("pavise.launcher", "pavise"));
    }
}
