from typing import Mapping

class Descriptor:
    full_name: str

class MethodDescriptor:
    full_name: str
    input_type: Descriptor
    output_type: Descriptor

class ServiceDescriptor:
    full_name: str
    methods_by_name: Mapping[str, MethodDescriptor]

class FileDescriptor:
    services_by_name: Mapping[str, ServiceDescriptor]
