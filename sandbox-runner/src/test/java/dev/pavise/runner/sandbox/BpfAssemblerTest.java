package dev.pavise.runner.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.pavise.runner.sandbox.BpfAssembler.Label;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

final class BpfAssemblerTest {
    @Test
    void laysInstructionsOutAsTheKernelReadsThem() {
        Label end = new Label();
        byte[] program = new BpfAssembler()
                .load(4)
                .jumpIf(BpfAssembler.IF_EQUAL, 0xC000003E, end)
                .returns(0x80000000)
                .place(end)
                .returns(0x7FFF0000)
                .assemble();
        ByteBuffer expected = ByteBuffer.allocate(32).order(ByteOrder.nativeOrder());
        expected.putShort((short) 0x20).put((byte) 0).put((byte) 0).putInt(4);
        expected.putShort((short) 0x15).put((byte) 1).put((byte) 0).putInt(0xC000003E);
        expected.putShort((short) 0x06).put((byte) 0).put((byte) 0).putInt(0x80000000);
        expected.putShort((short) 0x06).put((byte) 0).put((byte) 0).putInt(0x7FFF0000);
        assertEquals(expected.flip(), ByteBuffer.wrap(program).order(ByteOrder.nativeOrder()));
    }

    @Test
    void refusesJumpsThatDoNotFit() {
        Label far = new Label();
        BpfAssembler program = new BpfAssembler().jumpIf(BpfAssembler.IF_EQUAL, 1, far);
        for (int i = 0; i < 256; i++) {
            program.load(0);
        }
        program.place(far).returns(0);
        assertThrows(IllegalStateException.class, program::assemble);
    }

    @Test
    void refusesJumpsBackAndToNowhere() {
        Label back = new Label();
        assertThrows(
                IllegalStateException.class,
                new BpfAssembler().place(back).load(0).jump(back).returns(0)::assemble);
        assertThrows(
                IllegalStateException.class,
                new BpfAssembler().jump(new Label()).returns(0)::assemble);
        Label end = new Label();
        assertThrows(
                IllegalStateException.class,
                new BpfAssembler().jump(end).returns(0).place(end)::assemble);
        assertThrows(
                IllegalStateException.class, () -> new BpfAssembler().place(end).place(end));
    }
}
