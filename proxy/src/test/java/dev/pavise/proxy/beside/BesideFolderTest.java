package dev.pavise.proxy.beside;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pavise.policy.signing.SigningKey;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the gateway and a runner of another user can do in the folder that they share. */
final class BesideFolderTest {
    private static final Whom.Other USER = new Whom.Other("4711", 4711, 4712);

    @TempDir
    private Path temporary;

    private static int own() throws IOException {
        return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }

    private static String seen(Path path) throws IOException {
        return Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS) + ":"
                + Files.getAttribute(path, "unix:gid", LinkOption.NOFOLLOW_LINKS) + " "
                + PosixFilePermissions.toString(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void liesBesideTheGatewaysWhereTheRunnerHasAUserOfItsOwn() throws IOException {
        Path gateway = temporary.resolve("data");
        assertEquals(temporary.resolve("data-runner"), BesideFolder.standard(gateway, USER));
        assertEquals(gateway.resolve("runner"), BesideFolder.standard(gateway, new Whom.Own(own(), List.of())));
    }

    @Test
    void givesAnotherUserItsDataAloneToWrite() throws IOException {
        assumeTrue(own() == 0, "needs root");
        BesideFolder folder = new BesideFolder(temporary.resolve("r"), USER);
        folder.make();
        folder.tell("runner.key", new byte[] {1});
        folder.make(); // the next start finds it so

        assertEquals("0:4712 rwxr-x---", seen(folder.top()));
        assertEquals("0:4712 rwxr-x---", seen(folder.told("")));
        assertEquals("0:4712 rw-r-----", seen(folder.told("runner.key")));
        assertEquals("4711:4712 rwx------", seen(folder.data()));
    }

    @Test
    void isForTheGatewaysUserAloneWhereThatIsTheRunners() throws IOException {
        BesideFolder folder = new BesideFolder(temporary.resolve("r"), new Whom.Own(own(), List.of()));
        folder.make();
        folder.tell("runner.key", new byte[] {1});

        assertTrue(seen(folder.top()).endsWith(" rwx------"));
        assertTrue(seen(folder.told("runner.key")).endsWith(" rw-------"));
        assertTrue(seen(folder.data()).endsWith(" rwx------"));
    }

    @Test
    void refusesALink() throws IOException {
        Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
        BesideFolder folder = new BesideFolder(temporary.resolve("r"), new Whom.Own(own(), List.of()));
        folder.make();
        Files.delete(folder.told(""));
        Files.createSymbolicLink(folder.told(""), elsewhere);

        assertTrue(assertThrows(IOException.class, folder::make).getMessage().contains("is a link"));
        assertFalse(Files.list(elsewhere).findAny().isPresent());
    }

    @Test
    void refusesWhatOthersCanWrite() throws IOException {
        BesideFolder folder = new BesideFolder(temporary.resolve("r"), new Whom.Own(own(), List.of()));
        folder.make();
        Files.setPosixFilePermissions(folder.top(), PosixFilePermissions.fromString("rwxrwx---"));

        assertTrue(assertThrows(IOException.class, folder::make).getMessage().contains("chmod go-w"));
    }

    @Test
    void refusesDataOfAnotherUser() throws IOException {
        assumeTrue(own() == 0, "needs root");
        new BesideFolder(temporary.resolve("r"), USER).make();
        BesideFolder other = new BesideFolder(temporary.resolve("r"), new Whom.Other("4713", 4713, 4712));

        assertTrue(assertThrows(IOException.class, other::make).getMessage().contains("belongs to user 4711"));
    }

    @Test
    void takesNothingButAPublicKeyFromTheRunner() throws Exception {
        Path own = Files.createDirectory(temporary.resolve("own"));
        Path secret = Files.writeString(temporary.resolve("secret"), "a secret of the gateway's");
        Path key = temporary.resolve("receipt.pub");
        Path published = own.resolve("receipt.pub");
        String pem = SigningKey.generate().verifyKey().pem();

        Files.createSymbolicLink(key, secret);
        assertThrows(IOException.class, () -> ReceiptKey.publish(key, published));
        Files.delete(key);
        Files.writeString(key, "a secret of the gateway's");
        IOException failure = assertThrows(IOException.class, () -> ReceiptKey.publish(key, published));
        assertFalse(failure.getMessage().contains("secret of"), failure.getMessage());
        assertFalse(Files.exists(published));

        Files.writeString(key, "name: x\n" + pem);
        ReceiptKey.publish(key, published);
        assertEquals(pem, Files.readString(published));
    }

    @Test
    void cutsWhatARunnerWritesIntoLinesOfBoundedLength() {
        List<String> lines = new ArrayList<>();
        String output = "one\n\n" + "x".repeat(100_000) + "\nthree";
        RunnerLog.eachLine(new ByteArrayInputStream(output.getBytes(StandardCharsets.UTF_8)), lines::add);

        assertEquals(List.of("one", "", "x".repeat(4096), "three"), lines);
    }
}
