// SPDX-License-Identifier: Apache-2.0
package org.porto.indicium.core.internal;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.Dimension;
import com.google.zxing.EncodeHintType;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.datamatrix.DataMatrixWriter;
import com.google.zxing.datamatrix.encoder.SymbolShapeHint;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.Map;
import org.porto.indicium.api.SymbolShape;

/** Data Matrix ECC 200 (ISO/IEC 16022), contents carried exactly. */
record DataMatrixSymbol(int columns, int rows, BitSet modules) {

    /** @param record 1 to 1555 bytes */
    static DataMatrixSymbol of(byte[] record, SymbolShape shape) {
        Map<EncodeHintType, Object> hints = new EnumMap<>(EncodeHintType.class);
        hints.put(EncodeHintType.DATA_MATRIX_SHAPE,
                shape.columns() == shape.rows() ? SymbolShapeHint.FORCE_SQUARE : SymbolShapeHint.FORCE_RECTANGLE);
        if (shape.c40()) {
            hints.put(EncodeHintType.FORCE_C40, true);
        }
        if (shape.columns() > 0) {
            exactly(hints, new Dimension(shape.columns(), shape.rows()));
        }
        BitMatrix matrix = new DataMatrixWriter()
                .encode(new String(record, StandardCharsets.ISO_8859_1), BarcodeFormat.DATA_MATRIX, 0, 0, hints);
        int columns = matrix.getWidth();
        BitSet modules = new BitSet(columns * matrix.getHeight());
        for (int row = 0; row < matrix.getHeight(); row++) {
            for (int column = 0; column < columns; column++) {
                modules.set(row * columns + column, matrix.get(column, row));
            }
        }
        return new DataMatrixSymbol(columns, matrix.getHeight(), modules);
    }

    @SuppressWarnings("deprecation") // the library has no other way to ask for a size
    private static void exactly(Map<EncodeHintType, Object> hints, Dimension size) {
        hints.put(EncodeHintType.MIN_SIZE, size);
        hints.put(EncodeHintType.MAX_SIZE, size);
    }
}
