// SPDX-License-Identifier: Apache-2.0
package org.porto.audit.file.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

@ObjectClassDefinition(name = "Audit trail in a file")
@interface AuditConfig {

    @AttributeDefinition(description = "Folder of audit.journal, an absolute path")
    String directory();
}
