// SPDX-License-Identifier: Apache-2.0
package org.porto.register.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import org.porto.console.api.ConsoleCode;
import org.porto.model.api.DeviceId;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.register.api.RegisterCode;
import org.porto.register.api.RegisterReader;
import org.porto.register.api.RegisterRecord;
import org.porto.register.api.Registers;
import org.porto.register.api.VaultService.VerifyProgress;

/**
 * Writes records as JSON lines (docs/register-log.md): everything that a record's hash covers, so that whoever has the file can
 * follow the chain without the vault. The file appears whole or not at all.
 */
final class LogExport {

    static final int FORMAT = 1;
    private static final int BATCH = 1000;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final HexFormat HEX = HexFormat.of();

    private final RegisterReader registers;
    private final DeviceId device;

    LogExport(RegisterReader registers, DeviceId device) {
        this.registers = registers;
        this.device = device;
    }

    /**
     * @param to at most the vault's last record at this moment
     * @return how many records
     * @throws RefusedException {@code CON-003}, {@code CON-004}, {@code CON-005}, and what the vault refuses; no file is made then
     */
    long write(Path file, long from, long to, boolean force, VerifyProgress progress) throws RefusedException {
        long last = Math.min(to, registers.registers().sequence());
        if (from < 1 || from > last + 1) {
            throw new RefusedException(ConsoleCode.OPTION_OUT_OF_RANGE, "records " + from + " to " + last);
        }
        Path target = file.toAbsolutePath().normalize();
        if (!force && Files.exists(target)) {
            throw new RefusedException(ConsoleCode.FILE_EXISTS, target + " (--force replaces it)");
        }
        Path part = target.resolveSibling(target.getFileName() + ".part");
        boolean done = false;
        try {
            lines(part, from, last, progress);
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            done = true;
            try (FileChannel folder = FileChannel.open(target.getParent(), StandardOpenOption.READ)) {
                folder.force(true);
            }
            return last - from + 1;
        } catch (IOException e) {
            throw new RefusedException(ConsoleCode.FILE_FAILED, target + ": " + e, e);
        } finally {
            if (!done) {
                drop(part);
            }
        }
    }

    private static void drop(Path part) throws RefusedException {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            throw new RefusedException(ConsoleCode.FILE_FAILED, part + " is left over: " + e, e);
        }
    }

    private void lines(Path part, long from, long last, VerifyProgress progress) throws IOException, RefusedException {
        try (FileChannel channel = FileChannel.open(
                        part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
                JsonGenerator json = new JsonFactory()
                        .createGenerator(new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES))) {
            json.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
            String previous = from == 1 ? "" : HEX.formatHex(batch(from - 1, 1).get(0).hash());
            header(json, from, last, previous);
            long next = from;
            while (next <= last) {
                for (RegisterRecord record : batch(next, (int) Math.min(BATCH, last - next + 1))) {
                    line(json, record);
                    previous = HEX.formatHex(record.hash());
                    next++;
                }
                progress.at(next - 1, last);
            }
            json.writeStartObject();
            json.writeNumberField("records", last - from + 1);
            json.writeStringField("lastHash", previous);
            json.writeEndObject();
            json.writeRaw('\n');
            json.flush();
            channel.force(true);
        }
    }

    private List<RegisterRecord> batch(long from, int count) throws RefusedException {
        List<RegisterRecord> records = registers.log(from, count);
        for (int i = 0; i < records.size(); i++) {
            if (records.get(i).sequence() != from + i) {
                throw new RefusedException(RegisterCode.RECORD_BROKEN, "record " + (from + i) + " is missing");
            }
        }
        if (records.size() != count) {
            throw new RefusedException(RegisterCode.RECORD_BROKEN, "record " + (from + records.size()) + " is missing");
        }
        return records;
    }

    private void header(JsonGenerator json, long from, long to, String previous) throws IOException {
        json.writeStartObject();
        json.writeNumberField("portoRegisterLog", FORMAT);
        json.writeStringField("device", device.value());
        json.writeNumberField("from", from);
        json.writeNumberField("to", to);
        json.writeStringField("previousHash", previous);
        json.writeEndObject();
    }

    private static void line(JsonGenerator json, RegisterRecord record) throws IOException {
        Registers after = record.after();
        json.writeStartObject();
        json.writeNumberField("sequence", record.sequence());
        json.writeStringField("time", record.time().toString());
        json.writeStringField("kind", record.kind());
        json.writeStringField("transaction", record.transaction().value());
        json.writeNumberField("amount", record.amountMils());
        json.writeNumberField("fee", record.feeMils());
        json.writeStringField("reference", record.reference());
        json.writeStringField("currency", after.currency().getCurrencyCode());
        json.writeStringField("state", after.state().name());
        json.writeStringField("lockReason", after.lockReason());
        json.writeStringField("inspectionDeadline", after.inspectionDeadline().toString());
        json.writeNumberField("ascending", after.ascending());
        json.writeNumberField("descending", after.descending());
        json.writeNumberField("transferOut", after.transferOut());
        json.writeNumberField("inTransit", after.inTransit());
        json.writeNumberField("refilled", after.refilled());
        json.writeNumberField("cardTakings", after.cardTakings());
        json.writeNumberField("withdrawn", after.withdrawn());
        json.writeNumberField("fees", after.fees());
        json.writeNumberField("pieceCount", after.pieceCount());
        json.writeNumberField("zeroPieceCount", after.zeroPieceCount());
        json.writeNumberField("refillCount", after.refillCount());
        json.writeNumberField("itemMin", after.limits().itemMilsMin());
        json.writeNumberField("itemMax", after.limits().itemMilsMax());
        json.writeNumberField("balanceMax", after.limits().balanceMilsMax());
        json.writeNumberField("keyVersion", record.keyVersion());
        json.writeStringField("ends", record.ends().map(TransactionId::value).orElse(""));
        json.writeStringField("hash", HEX.formatHex(record.hash()));
        json.writeStringField("mac", HEX.formatHex(record.mac()));
        json.writeEndObject();
    }
}
