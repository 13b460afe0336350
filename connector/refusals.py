"""What a refusal of the engine says: a sentence, and a fault for each thing that is wrong."""

from connector import sentences
from connector.errors import Fault
from engine.kernel.errors import EngineError, Invalid, NotChangeable


def faults_of(error: EngineError) -> list[Fault]:
    """Everything that is wrong, each at its member."""
    return [
        Fault(f"/{each.where}" if each.where else "", each.code, sentences.say(each))
        for each in (error.findings if isinstance(error, Invalid | NotChangeable) else ())
    ]


def sentence(detail: str) -> str:
    """A detail as a sentence."""
    return f"{detail[:1].upper()}{detail[1:]}."
